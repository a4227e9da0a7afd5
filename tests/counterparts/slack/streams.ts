/** When a stream ends without the app's doing. */
import type { Context } from './context.ts';
import type { Stream } from './world.ts';

/** Whether more can be appended; closes the stream if its time or its room is over. */
export function isLive({ settings }: Context, stream: Stream): boolean {
  if (stream.state !== 'in_progress') return false;
  const { ms = Infinity, characters = Infinity } = settings.closeStreamsAfter ?? {};
  if (performance.now() - stream.startedAt >= ms || stream.text.length >= characters) stream.state = 'closed';
  return stream.state === 'in_progress';
}
