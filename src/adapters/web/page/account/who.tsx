import type { AccountView } from '../../api/account.ts';

/** The person's name and address, each in its own direction. */
export function Who({ account: { name, email } }: { account: AccountView }) {
  return (
    <div class="account-who">
      <p dir="auto">{name}</p>
      {email !== null && email !== name && (
        <p class="hint" dir="auto">
          {email}
        </p>
      )}
    </div>
  );
}
