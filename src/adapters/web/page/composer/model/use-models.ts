import { useEffect, useState } from 'preact/hooks';
import type { SettingsView } from '../../../api.ts';
import { sentenceOf, server } from '../../connection/server.ts';

/** The models that the person may use, from their provider. They are read again when another one is in use. */
export function useModels({ using, key }: SettingsView) {
  const [models, setModels] = useState<string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  // The effect depends on values that it does not read.
  useEffect(() => {
    let current = true;
    setProblem(null);
    setModels([]);
    // The demo has no models to choose from.
    if (using.source === 'demo') return;
    setLoading(true);
    server
      .models()
      .then(
        (answer) => current && setModels(answer.models),
        (error) => current && setProblem(sentenceOf(error)),
      )
      .finally(() => current && setLoading(false));
    return () => {
      current = false;
    };
  }, [using.source, using.baseUrl, key?.last4]);
  return { models, problem, loading };
}
