/** A refusal by a method: HTTP 200 with `{ok: false, error}`. */
export class SlackError extends Error {
  readonly code: string;
  readonly fields: object;

  constructor(code: string, fields: object = {}) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}

/** A refusal with details, as Slack gives them in `response_metadata.messages`. */
export function explained(code: string, ...messages: string[]): SlackError {
  return new SlackError(code, {
    errors: messages,
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}
