/** A file of the operator's prices, for PRICES. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder } from '../../fixtures.ts';

/** Writes prices by the model's name, in dollars per million tokens. Returns the path. */
export async function priceFile(prices: Record<string, Record<string, number>>): Promise<string> {
  const path = join(await emptyFolder(), 'prices.json');
  await writeFile(path, JSON.stringify(prices));
  return path;
}
