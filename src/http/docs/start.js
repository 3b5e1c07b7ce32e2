// Shows the sender API. No validator: it would be asked at another host. The plain layout: the other one has a field for any address.
SwaggerUIBundle({
  url: "/docs/messages-api.yaml",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  deepLinking: true,
  layout: "BaseLayout",
});
