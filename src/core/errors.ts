/** Errors that reach an operator or a person, each with a sentence that names the way out. */
/** An adapter cannot work as it is configured; the message is a sentence for the operator that names the way out. */
export class AdapterError extends Error {
  override name = 'AdapterError';
}

/** The store could not do what was asked. The cause is for the log of an operator, never for a user. */
export class StoreError extends Error {
  override name: string = 'StoreError';
  /** Why, where that is known, in words for an operator that name nothing: such as `its disk is full`. */
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
