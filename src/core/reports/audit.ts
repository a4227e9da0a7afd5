/**
 * The audit log: who did what to keys, settings and what is stored, and who was let in or refused. One line each, at
 * level `info`, with ids only: no text, no name, no secret.
 */
import type { Logger } from 'pino';
import type { ConversationId, TenantId } from '../types.ts';

export const AUDIT_ACTIONS = [
  'key set',
  'key removed',
  'settings changed',
  'forgotten',
  'exported',
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
  /** The client's address, of a sign-in. */
  from?: string | undefined;
  count?: number | undefined;
}

/** Writes one line. Never throws. */
export type Audit = (action: AuditAction, details: AuditDetails) => void;

/** The form of every platform's ids, of codes, hosts and addresses: one word. */
const WORD = /^[\w:.,@|/*+=%[\]-]{1,200}$/;
/** Replaces a value of another form: it could be something that a person said. */
const NO_WORD = '[not an id]';

export function createAudit(log: Logger): Audit {
  return (action, details) => log.info({ audit: action, ...wordsOf(details) }, 'audit');
}

function wordsOf(details: AuditDetails): Record<string, unknown> {
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, wordOf(value)]));
}

function wordOf(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(wordOf);
  return typeof value === 'string' && WORD.test(value) ? value : NO_WORD;
}
