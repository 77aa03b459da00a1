"""What a failed validation raises."""

__all__ = ["ValidationFailed"]


class ValidationFailed(Exception):
    def __init__(self, validation_result):
        super().__init__(f"The result does not match its validation reference: {validation_result}")
        self.validation_result = validation_result

    @property
    def report(self):
        return self.validation_result
