//! The provider's metadata and keys: fetched when first needed, kept, fetched anew in time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreClient;
use openidconnect::{
    AuthType, ClientId, ClientSecret, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
    ProviderMetadataWithLogout, RedirectUrl,
};

use super::{OidcError, Profile, Provider};

/// How long metadata is used without asking again.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// The least time between two fetches that a token's unknown key asks for.
const ROTATION_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// After a failure nobody tries for this long, so that waiting people do not queue behind each other's time-outs.
const FAILURE_PAUSE: SignedDuration = SignedDuration::from_secs(3);

pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

#[derive(Debug, Default)]
pub(super) struct Cache {
    held: Option<(Arc<ProviderMetadataWithLogout>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

impl Provider {
    /// The provider's metadata; an old copy where a new one cannot be had.
    pub(super) async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, OidcError> {
        self.metadata_younger_than(FRESH).await
    }

    /// The metadata after a token named a key that we do not have.
    pub(super) async fn metadata_with_new_keys(&self) -> Result<Arc<ProviderMetadataWithLogout>, OidcError> {
        self.metadata_younger_than(ROTATION_PAUSE).await
    }

    async fn metadata_younger_than(&self, age: SignedDuration) -> Result<Arc<ProviderMetadataWithLogout>, OidcError> {
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let within = |at: Timestamp, span: SignedDuration| now.duration_since(at).abs() < span;
        if let Some((metadata, at)) = &cache.held
            && within(*at, age)
        {
            return Ok(Arc::clone(metadata));
        }
        let fetched = if cache.failed_at.is_some_and(|at| within(at, FAILURE_PAUSE)) {
            Err(OidcError::Unreachable("it could not be reached a moment ago".into()))
        } else {
            let fetched = self.fetch().await;
            cache.failed_at = fetched.is_err().then_some(now);
            fetched
        };
        match (fetched, &cache.held) {
            (Ok(metadata), _) => {
                let metadata = Arc::new(metadata);
                cache.held = Some((Arc::clone(&metadata), now));
                Ok(metadata)
            }
            (Err(_), Some((metadata, _))) => Ok(Arc::clone(metadata)),
            (Err(error), None) => Err(error),
        }
    }

    async fn fetch(&self) -> Result<ProviderMetadataWithLogout, OidcError> {
        let issuer = self.options.issuer.as_str();
        // A URL cannot tell `https://idp` from `https://idp/`, an issuer identifier does: both spellings are in use.
        let bare = issuer.strip_suffix('/').unwrap_or(issuer);
        let first = self.fetch_from(bare).await;
        match first {
            Err(DiscoveryError::Validation(_)) if bare != issuer => self.fetch_from(issuer).await,
            first => first,
        }
        .map_err(|error| match error {
            DiscoveryError::Validation(reason) => OidcError::bad_answer(reason),
            error => OidcError::Unreachable(error.into()),
        })
    }

    async fn fetch_from(
        &self,
        issuer: &str,
    ) -> Result<ProviderMetadataWithLogout, DiscoveryError<openidconnect::HttpClientError<openidconnect::reqwest::Error>>>
    {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(DiscoveryError::UrlParse)?;
        ProviderMetadataWithLogout::discover_async(issuer, &self.http).await
    }

    pub(super) fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        use openidconnect::core::CoreClientAuthMethod::{ClientSecretBasic, ClientSecretPost};
        let methods = metadata.token_endpoint_auth_methods_supported();
        // Without a statement the method is client_secret_basic (OpenID Connect Discovery 3).
        let post = methods.is_some_and(|it| it.contains(&ClientSecretPost) && !it.contains(&ClientSecretBasic));
        let (secret, post) = match &self.options.profile {
            Profile::Secret(secret) => (Some(ClientSecret::new(secret.clone())), post),
            // The client's id stands in the body, beside its assertion.
            Profile::Ftn(_) => (None, true),
        };
        CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(self.options.client_id.clone()), secret)
            .set_redirect_uri(RedirectUrl::from_url(self.options.redirect_url.clone()))
            .set_auth_type(if post {
                AuthType::RequestBody
            } else {
                AuthType::BasicAuth
            })
    }
}
