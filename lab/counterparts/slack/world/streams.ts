/** Streams and the agent sessions around them. */
import type { Context, Session } from '../context.ts';
import type { Stream } from './world.ts';

/** Whether more can be appended. Closes the stream if its time or its length is used up. */
export function isLive({ settings }: Context, stream: Stream): boolean {
  if (stream.state !== 'in_progress') return false;
  const { ms = Infinity, characters = Infinity } = settings.closeStreamsAfter ?? {};
  if (performance.now() - stream.startedAt >= ms || stream.text.length >= characters) stream.state = 'closed';
  return stream.state === 'in_progress';
}

/** The agent session of a thread, created if missing. */
export function sessionOf({ sessions }: Context, channelId: string, threadTs: string): Session {
  const key = `${channelId} ${threadTs}`;
  const known = sessions.get(key);
  if (known) return known;
  const session: Session = { status: 'active', title: undefined };
  sessions.set(key, session);
  return session;
}
