/** The model that answers somewhere, and who pays for it: a `Choice` of the chooser, as sentences need it. */
import type { Provider } from '../../models/provider.ts';

export interface InUse {
  source: 'demo' | 'operator' | 'own' | 'none';
  model: string;
  provider: Provider | null;
}

/** The server behind a model's name, as in "“m” at models.example.org". */
export const atHost = ({ provider }: Pick<InUse, 'provider'>) =>
  provider ? ` at ${new URL(provider.baseUrl).host}` : '';
