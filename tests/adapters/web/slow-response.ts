import { EventEmitter } from 'node:events';

/** A response whose reader takes nothing while `writableNeedDrain`. */
export class SlowResponse extends EventEmitter {
  writableNeedDrain = false;
  written: string[] = [];
  writableEnded = false;
  destroyed = false;
  writeHead() {}
  write(text: string) {
    if (this.writableEnded) this.emit('error', new Error('write after end'));
    this.written.push(text);
  }
  end(text: string) {
    this.write(text);
    this.writableEnded = true;
  }
}
