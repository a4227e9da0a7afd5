/**
 * The audit log: who changed keys, settings and stored messages, and who was let in or refused. Each line has level
 * `info` and only ids: no text, no name, no secret.
 */
import type { Logger } from 'pino';
import type { ConversationId, TenantId } from '../types.ts';

export const AUDIT_ACTIONS = [
  'key set',
  'key removed',
  'settings changed',
  'forgotten',
  'exported',
  'imported',
  'shared',
  'sharing ended',
  'refused',
  'signed in',
  'sign-in refused',
  'signed out',
  'allowed',
  'blocked',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditDetails {
  tenant?: TenantId | undefined;
  /** The platform's id of the person who acted; on the page, the tenant; on the command line, `operator`. */
  person?: string | undefined;
  conversation?: ConversationId | undefined;
  /** The object of the action, as a code or an id: `conversation`, `server`, `person`, a message's id. */
  what?: string | undefined;
  /** The reason of a refusal, as a code: `role`, `blocked`, `rate`. */
  reason?: string | undefined;
  /** The names of the settings, never their values. */
  fields?: string[] | undefined;
  /** The host that a key is for. */
  host?: string | undefined;
  /** The client's address, when somebody signs in. */
  from?: string | undefined;
  count?: number | undefined;
}

/** Writes one line. Never throws. */
export type Audit = (action: AuditAction, details: AuditDetails) => void;

/** One word, the form of every platform's ids and of codes, hosts and addresses. */
const WORD = /^[\w:.,@|/*+=%[\]-]{1,200}$/;
/** Replaces a value of any other form, which could be something that a person said. */
const NO_WORD = '[not an id]';

/** A line as it is kept for operators. */
export interface AuditEntry extends AuditDetails {
  /** Milliseconds since 1970. */
  at: number;
  action: AuditAction;
}

/** @param keep keeps the line besides; it must not throw */
export function createAudit(log: Logger, keep?: (entry: AuditEntry) => void): Audit {
  return (action, details) => {
    const words = wordsOf(details);
    log.info({ audit: action, ...words }, 'audit');
    keep?.({ at: Date.now(), action, ...words });
  };
}

function wordsOf(details: AuditDetails): AuditDetails {
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, wordOf(value)]));
}

function wordOf(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(wordOf);
  return typeof value === 'string' && WORD.test(value) ? value : NO_WORD;
}
