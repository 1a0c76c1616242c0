"""Hashed static files for production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Leave out sourceMappingURL: the NHS.UK files name maps their wheel does not carry."""

    patterns = tuple(
        (
            extension,
            tuple(
                pattern
                for pattern in expressions
                if "sourceMappingURL" not in (pattern if isinstance(pattern, str) else pattern[0])
            ),
        )
        for extension, expressions in CompressedManifestStaticFilesStorage.patterns
    )
