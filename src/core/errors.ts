/** Errors that reach an operator or a person, each with a sentence that names the way out. */
/** An adapter cannot work with its configuration. The message is a sentence for the operator that names the way out. */
export class AdapterError extends Error {
  override name = 'AdapterError';
}

/** The store failed. The cause is for an operator's log, never for a user. */
export class StoreError extends Error {
  override name: string = 'StoreError';
  /** The reason in words for an operator, if it is known, without names, such as `its disk is full`. */
  readonly reason: string | undefined;

  constructor(message: string, { reason, ...options }: ErrorOptions & { reason?: string | undefined } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Another process holds the store. */
export class StoreInUseError extends StoreError {
  override name = 'StoreInUseError';
}

/** A secret is stored, but no master key opens it. */
export class VaultError extends Error {
  override name = 'VaultError';
}
