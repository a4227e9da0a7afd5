/** The parts that an act of a person needs. */
import type { Dice } from '../../plan/dice.ts';
import type { Book } from '../book.ts';
import type { Window } from './window.ts';

export interface Scene {
  book: Book;
  window: Window;
  random: Dice;
  nextToken(): string;
  /** The address of the page. */
  url: string;
}
