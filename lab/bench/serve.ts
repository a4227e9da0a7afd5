/** The other end of subject.ts: answers its requests, and ends with it. */

/** Tells the measuring process that this one is ready, then replies to what it asks. */
export function serve(ready: object, reply: (request: unknown) => object | Promise<object>): void {
  process.on('message', async (request) => process.send?.(await reply(request)));
  process.once('disconnect', () => process.exit());
  process.send?.(ready);
}
