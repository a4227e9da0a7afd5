/** Arguments of methods. Form fields are strings, some of them JSON; JSON bodies have plain values. */
import { explained, SlackError } from './errors.ts';

export type Args = Record<string, unknown>;

export function text(args: Args, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(`must be a string [json-pointer:/${name}]`);
}

/** @param error Slack's error code if the argument is missing */
export function needed(args: Args, name: string, error?: string): string {
  const value = text(args, name);
  if (value) return value;
  throw error ? new SlackError(error) : invalid(`missing required field: ${name}`);
}

export function flag(args: Args, name: string): boolean | undefined {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  return value === true || value === 'true' || value === '1' || value === 1;
}

export function count(args: Args, name: string, absent: number): number {
  const value = Number(text(args, name) ?? absent);
  if (!Number.isFinite(value)) throw invalid(`must be a number [json-pointer:/${name}]`);
  return value;
}

/** @param error Slack's error code if the argument is not JSON */
export function json(args: Args, name: string, error = 'invalid_arguments'): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value ?? undefined;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackError(error);
  }
}

export function list(args: Args, name: string, error?: string): unknown[] | undefined {
  const value = json(args, name, error);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw error ? new SlackError(error) : invalid(`must be an array: ${name}`);
  return value;
}

export function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function invalid(message: string): SlackError {
  return explained('invalid_arguments', message);
}
