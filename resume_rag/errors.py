"""Every error this library raises on purpose.

The tree (``*``: trying the same request again may help)::

    ResumeRagError                  code, retryable, hint
    ├ InputError                    the request, the resume or the job post cannot be used
    │  ├ UnreadableDocumentError    the file cannot be read as what it says it is
    │  ├ EmptyResumeError           readable, but no resume in it
    │  ├ InputTooLargeError         longer than the limits in the settings
    │  ├ DeploymentsFileError       the operator's file of deployments does not fit
    │  └ RolloutRefusedError        a step of a rollout that may not be taken now
    ├ RetrievalError                the index of example resumes
    │  ├ IndexNotFoundError
    │  └ IndexMismatchError         built with another embedding or schema
    ├ LLMError                      the language model's server
    │  ├ LLMUnavailableError*       not there, refusing, or not installed
    │  │  └ CircuitOpenError*       failed just now, and is not asked again for a while
    │  ├ LLMTimeoutError*
    │  └ LLMRequestError            the server says that the request is wrong
    ├ GenerationError               the model answered, the answer is no use
    │  ├ OutputTruncatedError       cut off by the token limit
    │  └ OutputParseError           raw_text, attempts, cause
    ├ OverloadedError*              retry_after_s
    ├ RolloutFolderError            the folder that gateways share cannot be used
    └ DeadlineExceededError

Messages never hold text of a resume, a job post or a prompt: they may be logged and shown to others.
This file knows nothing of HTTP or exit codes; ``service`` and ``cli`` each have one table for that.
"""

from __future__ import annotations


class ResumeRagError(Exception):
    """Root of the tree: one sentence for a person, and a hint on what to do.

    Args:
        message: one sentence, without text of the user's documents.
        hint: what the reader can do about it; the class's ``default_hint`` where not given.

    Attributes:
        deployment: name of the model server that the failed request was for, where one had been chosen.
    """

    code = "resume_rag_error"
    retryable = False
    default_hint = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.deployment = ""


class InputError(ResumeRagError):
    """What the caller gave cannot be used as it is."""

    code = "invalid_input"
    default_hint = "Correct the named field and send the request again."


class UnreadableDocumentError(InputError):
    """A document is not what its name or first bytes say, is locked, or holds no text."""

    code = "unreadable_document"
    default_hint = "Give a text PDF, DOCX, HTML, Markdown, plain text or JSON Resume document."


class EmptyResumeError(InputError):
    """The document can be read, and there is no resume in it to work with."""

    code = "empty_resume"
    default_hint = "Give a resume with at least one work, project, volunteer or education entry."


class InputTooLargeError(InputError):
    """Longer than the limits in the settings."""

    code = "input_too_large"
    default_hint = "Shorten the document, or raise the limit in the settings."


class DeploymentsFileError(InputError):
    """The file of deployments cannot be read, or does not fit."""

    code = "deployments_file"
    default_hint = "Correct the named entry; docs/rollout.md has an example."


class RolloutRefusedError(InputError):
    """This step of a rollout may not be taken now."""

    code = "rollout_refused"
    default_hint = "See `resume-rag rollout status`."


class RetrievalError(ResumeRagError):
    """The index of example resumes could not be used."""

    code = "retrieval_failed"


class IndexNotFoundError(RetrievalError):
    """There is no index in the folder."""

    code = "index_not_found"
    default_hint = "Run `resume-rag index build`."


class IndexMismatchError(RetrievalError):
    """The index was built with another embedding or another layout than this version uses."""

    code = "index_mismatch"
    default_hint = "Run `resume-rag index build --force` to build it again."


class LLMError(ResumeRagError):
    """The language model's server did not do its part."""

    code = "llm_error"


class LLMUnavailableError(LLMError):
    """No server answers, it refuses, or the embedded model is not installed."""

    code = "llm_unavailable"
    retryable = True
    default_hint = "Check RESUME_RAG_LLM_BASE_URL, or run `resume-rag model get` for the embedded model."


class CircuitOpenError(LLMUnavailableError):
    """The server failed several times just now, so it is not asked for a while."""

    code = "llm_circuit_open"
    default_hint = "Look at that deployment's server; it is tried again by itself."


class LLMTimeoutError(LLMError):
    """The server did not answer in time."""

    code = "llm_timeout"
    retryable = True
    default_hint = "Try again, or raise RESUME_RAG_LLM_TIMEOUT_S."


class LLMRequestError(LLMError):
    """The server refused the request itself (a 4xx other than 429).

    Attributes:
        status: the HTTP status, where there was one.
        about_schema: it does not take the JSON schema of the answer.
        about_length: the prompt is too long for it.
    """

    status: int | None = None
    about_schema = False
    about_length = False
    code = "llm_request"
    default_hint = "Check RESUME_RAG_LLM_NAME and RESUME_RAG_LLM_API_KEY against the server."


class GenerationError(ResumeRagError):
    """The model answered, and the answer cannot be used."""

    code = "generation_failed"


class OutputTruncatedError(GenerationError):
    """The answer was cut off; it is never repaired, because half a number is a wrong number."""

    code = "output_truncated"
    default_hint = "Raise RESUME_RAG_MAX_OUTPUT_TOKENS."


class OutputParseError(GenerationError):
    """The answer is not the JSON that was asked for.

    Args:
        message: one sentence without the answer's text.
        raw_text: the answer, for the caller's own eyes; never part of the message.
        attempts: how many requests were made for this answer.
        cause: ``whitespace_loop``, ``repetition_loop``, ``refusal``, ``schema_echo``, ``syntax`` or ``schema``.
        errors: one short sentence each, with a JSON path (``$.sources[0]: ...``); no text of the answer.
    """

    code = "output_unparsable"

    def __init__(
        self,
        message: str,
        *,
        raw_text: str = "",
        attempts: int = 1,
        cause: str = "syntax",
        errors: tuple[str, ...] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.raw_text = raw_text
        self.attempts = attempts
        self.cause = cause
        self.errors = errors or (f"$: {message}",)


class OverloadedError(ResumeRagError):
    """Too many requests at once."""

    code = "overloaded"
    retryable = True
    default_hint = "Wait and send the request again."

    def __init__(self, message: str, *, retry_after_s: float = 1.0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class RolloutFolderError(ResumeRagError):
    """The folder in which rollouts live cannot be used."""

    code = "rollout_folder"
    default_hint = "Check RESUME_RAG_ROLLOUT_DIR: all gateways must be able to write there."


class DeadlineExceededError(ResumeRagError):
    """The time for the whole request is used up."""

    code = "deadline_exceeded"
    default_hint = "Ask for fewer lines (max_lines_per_role), or raise RESUME_RAG_DEADLINE_S."
