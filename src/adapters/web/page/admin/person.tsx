import type { AdminPerson } from '../../api/admin.ts';
import * as words from '../../sentences/en/admin-page.ts';

/** A person by their name and address where they signed in, and by the id that commands take. */
export function Person({ person: { id, name, email } }: { person: AdminPerson }) {
  if (id === '') return <>{words.people.NOBODY}</>;
  return (
    <>
      {name !== undefined && <bdi class="admin-line">{name}</bdi>}
      {email !== undefined && email !== name && <bdi class="admin-line hint">{email}</bdi>}
      <code class="admin-line">{id}</code>
    </>
  );
}

/** A person in a sentence. */
export const nameOf = ({ id, name, email }: AdminPerson): string => name || email || id;
