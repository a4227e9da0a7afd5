/** The catalogue of Discord: core's sentences, and those that only Discord needs. */
import { en as core } from '../../../core/sentences/en.ts';
import * as telling from './en/telling.ts';

export const en = { ...core, telling };
