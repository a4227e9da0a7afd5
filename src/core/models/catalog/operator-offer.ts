/** The choices of people for whom the operator pays. */
import type { ToolFamily } from '../../turn/tools/families.ts';

export interface OperatorOffer {
  /** The operator's default first. */
  models: 'all' | string[];
  /** The tools that people may use. */
  tools: readonly ToolFamily[];
  /** Whether people may choose the reasoning effort, which multiplies the price of an answer. */
  effort: boolean;
}

export interface OfferOptions {
  tools: readonly ToolFamily[];
  /** The names that the operator gave; undefined where there are none. */
  listed: 'all' | string[] | undefined;
  /** The model that answers where nobody chose another. */
  model: string;
  /** Whether the operator's server is paid by a key. */
  isPaid: boolean;
  /** On the open page of this machine, the operator is the person who chooses. */
  isOperator: boolean;
}

export function operatorOffer({ listed, model, tools, isPaid, isOperator }: OfferOptions): OperatorOffer {
  const isFree = !isPaid || isOperator;
  const models = listed ?? (isFree ? 'all' : []);
  return { models: models === 'all' ? 'all' : [...new Set([model, ...models])], tools, effort: isFree };
}

export function offers({ models }: OperatorOffer, model: string): boolean {
  return models === 'all' || models.includes(model);
}
