"""Which of its methods a store has in an async form too."""

from dataclasses import dataclass, field


@dataclass
class SupportedAsyncMethods:
    read: bool = False
    write: bool = False


@dataclass
class ProviderAsyncMethods:
    online: SupportedAsyncMethods = field(default_factory=SupportedAsyncMethods)
