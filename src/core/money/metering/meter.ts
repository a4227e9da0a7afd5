/**
 * The meter of one task, such as an answer: before each request to a provider it reserves the most that the request may
 * cost, and afterwards it knows the charge. While the rest of a limit is only held by other calls, it waits.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Meter, type MeteredRequest, ModelError, type RequestOutcome } from '../../models/model.ts';
import { mostTokens } from '../../text/most-tokens.ts';
import type { Booking, Nano, PlannedCall } from '../booking.ts';
import { dearestUsage, mostAudioInput, mostInput, mostWritten } from '../bounds.ts';
import type { Account, Limit, TenantLimits } from '../limits.ts';
import { feesOf, mostOfHosted } from '../prices/hosted-fees.ts';
import { mostOutput as mostFor, type Prices, pricedCost } from '../prices.ts';
import type { Spender } from '../spender.ts';
import type { Usage } from '../usage.ts';
import { type Ledger, type Level, limitsFor, usedOf } from './ledger.ts';
import type { Charge, Reservation } from './reservation.ts';
import type { SpendingWatch } from './spending-watch.ts';

/** The meter as its owner sees it, who charges its calls. */
export interface OwnMeter extends Meter {
  /** The charge of the last call; undefined: there is none that was not settled. */
  charge(): Charge | undefined;
  /** A charge was settled together with something else. */
  settled(charge: Charge): void;
  /** All calls that were billed. */
  bookings(): Booking[];
}

export interface MeterOptions {
  spender: Spender;
  call: Omit<PlannedCall, 'input'>;
  /**
   * The accounts of a call that begins at a time, and its day in the books.
   * @param limits newer ones of its tenant
   */
  accountsAt(at: number, limits?: TenantLimits): { accounts: Account[]; day: string };
  /** The limits of the tenant now, for a call that waited. @throws StoreError */
  limitsNow?(): Promise<TenantLimits>;
  ledger: Ledger;
  prices: Prices;
  /** The most tokens that a request may write. */
  mostOutput: number;
  attempt?: Reservation['attempt'];
  watch?: SpendingWatch;
}

/** Fewest tokens that make an answer. */
export const LEAST_OUTPUT = 500;
/** Longest wait for other processes to charge their calls, ms. Those of this process end it at once. */
const LOOK_AGAIN_MS = 500;
/** Longest gap between two pieces of text in which no model thinks in between, ms. */
const FLOWING_MS = 250;

interface OpenCall {
  reservation: Reservation;
  /** The most tokens that its text and thoughts are. */
  tokens: number;
  /** When the last text or thought came, or else when the call began (ms since 1970). */
  heardAt: number;
  /** Time in which nothing came, although the model may have thought (ms). */
  silentMs: number;
}

export function createMeter(options: MeterOptions): OwnMeter {
  const { ledger } = options;
  let open: OpenCall | undefined;
  let charge: Charge | undefined;
  const bookings: Booking[] = [];

  function close(outcome: RequestOutcome): void {
    if (!open) return;
    const { reservation } = open;
    const booking = outcome.isBilled ? bookingOf(open, outcome, options.prices) : undefined;
    open = undefined;
    if (booking) {
      bookings.push(booking);
      options.watch?.booked(booking);
    }
    charge = { reservation, ...(booking && { booking }) };
  }

  return {
    async begin(request, signal) {
      if (charge) await ledger.settle(charge);
      charge = undefined;
      const { reservation, isLimited } = await reserve(request, options, signal);
      open = { reservation, tokens: 0, heardAt: reservation.at, silentMs: 0 };
      return isLimited ? reservation.output : undefined;
    },
    wrote(text) {
      if (!open) return 0;
      const gap = sinceHeard(open);
      if (open.tokens === 0 || gap > FLOWING_MS) open.silentMs += gap;
      open.heardAt = Date.now();
      open.tokens += mostTokens(text);
      return open.tokens;
    },
    end: close,
    charge() {
      close({ isBilled: true });
      return charge;
    },
    settled(done) {
      if (charge === done) charge = undefined;
    },
    bookings: () => bookings,
  };
}

const inputOf = (request: MeteredRequest, call: MeterOptions['call']) =>
  'audioBytes' in request ? mostAudioInput(request.audioBytes) : mostInput(request, call);

/** Reserves the cost of a request. While other calls hold the rest of a limit, it waits. */
async function reserve(
  request: MeteredRequest,
  options: MeterOptions,
  signal: AbortSignal,
): Promise<{ reservation: Reservation; isLimited: boolean }> {
  const { ledger, mostOutput } = options;
  const { fees } = mostOfHosted('audioBytes' in request ? undefined : request.tools);
  const call = { ...options.call, input: inputOf(request, options.call), ...(fees > 0 && { fees }) };
  // Most calls fit whole, so that is tried first: it takes one call of the store.
  let output = mostOutput;
  let limitsNow: TenantLimits | undefined;
  for (;;) {
    const wanted = wantedOf(call, options, limitsNow);
    const { accounts, limits } = wanted;
    if (limits.length > 0 && wanted.costOf(0) === undefined) throw new ModelError({ kind: 'unpriced' });
    const reservation = reservationOf(options, wanted, output);
    if (await ledger.reserve(reservation, accounts)) return { reservation, isLimited: limits.length > 0 };
    const most = affordable(wanted, await ledger.levels(accounts), options);
    output = most === 'wait' ? mostOutput : most;
    if (most !== 'wait') continue;
    await changed(ledger, signal);
    limitsNow = await options.limitsNow?.();
  }
}

/** A request with the limits that hold for it now. */
interface Wanted {
  call: PlannedCall;
  at: number;
  day: string;
  accounts: Account[];
  limits: { limit: Limit; place: number }[];
  /** The most that the request costs if it writes these tokens. */
  costOf(output: number): Nano | undefined;
}

function wantedOf(call: PlannedCall, { accountsAt, prices }: MeterOptions, limitsNow?: TenantLimits): Wanted {
  const at = Date.now();
  const { accounts, day } = accountsAt(at, limitsNow);
  const costOf = (output: number) => {
    const tokens = prices.mostOf(call, { input: call.input, output }, at);
    return tokens === undefined ? undefined : tokens + (call.fees ?? 0);
  };
  return { call, at, day, accounts, limits: limitsFor(call.payer, accounts), costOf };
}

function reservationOf(
  { spender, prices, attempt }: MeterOptions,
  wanted: Wanted,
  output: number,
): Reservation {
  const { call, at, day, accounts, limits, costOf } = wanted;
  const [input, all] = [costOf(0), costOf(output)];
  const priced = prices.costOf(call, NOTHING_USED, at)?.priced;
  return {
    id: randomUUID(),
    at,
    spender,
    call,
    day,
    accounts: accounts.map(({ id, ttl }) => ({ id, ttl })),
    held: limits.length === 0 ? 0 : (all ?? 0),
    output,
    ...(input !== undefined && all !== undefined && priced && { most: { input, all, priced } }),
    ...(attempt && { attempt }),
  };
}

const NOTHING_USED: Usage = { input: 0, cached: 0, output: 0, reasoning: 0 };

/**
 * The tokens that may be written within all limits. `wait`: calls that are not charged yet hold too much of one.
 * @throws ModelError if too little is left for an answer
 */
function affordable(
  wanted: Wanted,
  levels: Level[],
  { prices, mostOutput, watch, spender: { tenant } }: MeterOptions,
): number | 'wait' {
  const { call, at, limits, costOf } = wanted;
  const least = costOf(Math.min(LEAST_OUTPUT, mostOutput)) ?? 0;
  let left = Number.POSITIVE_INFINITY;
  for (const { limit, place } of limits) {
    const level = levels[place];
    if (!level) continue;
    const { spent, reserved } = usedOf(limit, level);
    if (spent + least > limit.most) {
      watch?.refused(limit, { tenant, kind: call.kind });
      throw new ModelError({ kind: 'limit', limit });
    }
    left = Math.min(left, limit.most - spent - reserved);
  }
  if (left < least) return 'wait';
  return (
    mostFor(prices, call, { input: call.input, nano: left - (call.fees ?? 0), most: mostOutput }, at) ??
    mostOutput
  );
}

/** Resolves when a call of this process was charged, or after a while. @throws ModelError if aborted */
async function changed(ledger: Ledger, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = ledger.onSettled(() => over.abort());
  await sleep(LOOK_AGAIN_MS, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => {});
  stop();
  if (signal.aborted) throw new ModelError({ kind: 'late' });
}

/** The booking of a call: by the provider's usage, or else by an upper estimate. */
function bookingOf(open: OpenCall, outcome: RequestOutcome, prices: Prices): Booking {
  const { usage, soFar, billed = {} } = outcome;
  const { at, call } = open.reservation;
  const { input: _, fees: mostFees = 0, ...made } = call;
  const { tier, cost, model = call.model, hosted } = billed;
  const used = usage ?? estimatedUsage(open, soFar);
  const asBilled = { ...call, model, asked: call.model, ...(tier !== undefined && { tier }) };
  const price = pricedCost(prices, asBilled, used, cost, at);
  // A provider that tells its own figure has the fees in it. One that told nothing may have run every tool.
  const told = hosted ? feesOf(hosted) : usage ? 0 : mostFees;
  const fees = price?.priced === 'provider' ? 0 : told;
  return {
    ...made,
    model,
    at,
    usage: used,
    ...(tier !== undefined && { tier }),
    ...price,
    ...(fees > 0 && { fees }),
    ...(!usage && { estimated: true as const }),
  };
}

/**
 * An upper estimate.
 * @param soFar the usage that the provider told; more may have been written after that
 */
function estimatedUsage(open: OpenCall, soFar?: Usage): Usage {
  const { reservation, tokens } = open;
  const { output: most, call } = reservation;
  const output = mostWritten({ tokens, silentMs: open.silentMs + sinceHeard(open), most });
  if (soFar) return { ...soFar, output: Math.max(soFar.output, output) };
  return dearestUsage(call.input, output);
}

const sinceHeard = ({ heardAt }: OpenCall) => Math.max(0, Date.now() - heardAt);
