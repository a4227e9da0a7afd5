/** The child's side of subject.ts: answers requests, and ends with the measuring process. */

/** Tells the measuring process that this process is ready, then replies to its requests. */
export function serve(ready: object, reply: (request: unknown) => object | Promise<object>): void {
  process.on('message', async (request) => process.send?.(await reply(request)));
  process.once('disconnect', () => process.exit());
  process.send?.(ready);
}
