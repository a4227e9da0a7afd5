/** As much of oidc-provider as the tests use. The package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Asked {
    oidc: { client: { clientId: string }; account: { accountId: string } };
  }

  interface Account {
    accountId: string;
    claims(): Promise<Record<string, unknown> & { sub: string }>;
  }

  export interface Configuration {
    clients: Record<string, unknown>[];
    claims: Record<string, string[]>;
    scopes: string[];
    cookies: { keys: string[] };
    features: Record<string, { enabled: boolean }>;
    interactions: { url(asked: unknown, interaction: { uid: string }): string };
    pkce: { required(): boolean };
    ttl: Record<string, number>;
    findAccount(asked: unknown, id: string): Account | undefined;
    loadExistingGrant(asked: Asked): Promise<Grant>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    Grant: new (of: {
      clientId: string;
      accountId: string;
    }) => Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login?: { accountId: string }; error?: string },
    ): Promise<void>;
  }
}
