import type { ShareLink } from '../../api/share.ts';
import { call } from '../connection/server.ts';

/** The requests for one's own links. Every one throws `ServerError`. */
export const sharing = {
  list: () => call<{ shares: ShareLink[] }>('GET', 'shares'),
  create: (conversation: string) =>
    call<ShareLink>('POST', `conversations/${encodeURIComponent(conversation)}/share`, {}),
  end: (id: string) => call<void>('DELETE', `shares/${encodeURIComponent(id)}`),
};
