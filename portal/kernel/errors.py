"""What a rule can say. Every message is a sentence for a person."""


class Refused(Exception):
    """A rule said no; `reasons` are sentences for the user, `status` is the HTTP meaning of the refusal."""

    def __init__(self, *reasons: str, status: int = 422):
        self.reasons = reasons
        self.status = status
        super().__init__(" ".join(reasons))


class NotFound(Refused):
    """The row does not exist, or the wall hides it: the answer is the same."""

    def __init__(self, sentence: str = "Wij kunnen dit niet vinden."):
        super().__init__(sentence, status=404)
