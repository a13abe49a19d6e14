"""Documents: uploaded by whoever has them straight to S3, checked before anybody opens them, kept in versions."""
