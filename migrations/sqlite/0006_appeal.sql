-- The period for appeal that a sender states: "none", or a length such as "P14D". Nothing where nothing is stated.
ALTER TABLE service ADD COLUMN appeal TEXT;
ALTER TABLE message ADD COLUMN appeal TEXT;
