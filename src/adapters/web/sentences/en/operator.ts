/** English sentences for the operator: about settings of the page, from `doctor`, and in the log. */

/** The name of the page in the line at start. */
export const NAME = 'the page';

/** Values of settings that are not taken. */
export const values = {
  /** @param shortest number of characters */
  shortToken: (shortest: number) =>
    `must have ${shortest} characters or more, so that nobody guesses it; make one with \`openssl rand -base64 32\``,
  notNetworks: (entry: string) =>
    `must be addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8; ${JSON.stringify(entry)} is neither`,
  notRules: (entry: string) =>
    `must be @domains, addresses, slack:T…, discord:GUILD, discord:GUILD:ROLE or oidc:GROUP, separated by commas; ${JSON.stringify(entry)} is none`,
  /** @param needed names of settings @param missing those of them that are not given */
  incomplete: (needed: readonly string[], missing: string[]) =>
    `${needed.slice(0, -1).join(', ')} and ${needed.at(-1)} go together; ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
  tokenMissing:
    'WEB_TOKEN must be set with a Postgres store, the same for each process, since the page can be reached from elsewhere. Copy it from data/web.token, or make it: `openssl rand -base64 32`.',
  /** @param path of the file where a token should be */
  tokenFileWrong: (path: string) =>
    `WEB_TOKEN is not set, and ${path} holds no access token. Delete that file, and Parley makes one.`,
};

/** Settings that work, and are less safe than they seem. */
export const advice = {
  publicHttp:
    'PUBLIC_URL is http, so the access token and all that is said can be read on the way. Put a proxy with TLS before Parley, and set PUBLIC_URL to its https address',
  publicPath: (path: string) =>
    `PUBLIC_URL has the path ${path}, and the page works only without one. Give Parley a host name or a port of its own`,
  signInNoUrl:
    'people cannot sign in to the page, since PUBLIC_URL is not set. Set it to the address that people open',
  nobodyAllowed:
    'people can sign in to the page, but SIGN_IN_ALLOWED and OPERATORS are empty, so nobody may. Set them, such as SIGN_IN_ALLOWED=@example.com',
  sameTokens:
    'METRICS_TOKEN is the same as WEB_TOKEN, so the program that reads the metrics can open the page. Make another one with `openssl rand -hex 24`',
};

/** Findings of `doctor`. */
export const doctor = {
  off: 'the page is off; set WEB=on for it',
  /** @param access how people come in */
  on: (host: string, port: number, access: string) => `the page will be on ${host}, port ${port}, ${access}`,
  access: {
    open: 'open to everyone who reaches it, since WEB_OPEN is on',
    loopback: 'open to this machine, until it is reached from elsewhere',
    token: (which: string) => `asking for an access token: ${which}`,
    signIn: (which: string[]) => `asking people to sign in with ${which.join(' or ')}`,
    signInOrToken: (which: string[], token: string) =>
      `asking people to sign in with ${which.join(' or ')}, or for an access token: ${token}`,
  },
  /** @param address for the redirect addresses of Parley's app at the service */
  callback: (service: string, address: string) =>
    `people sign in with ${service}; enter ${address} as a redirect address there`,
  givenToken: 'the one in WEB_TOKEN',
  madeToken: 'one made on first start, in web.token beside the store',
  openToAll:
    'the page is open to everyone who reaches it, at your expense, since WEB_OPEN is on. Leave that out for the access token',
  closed:
    'the page was reached from elsewhere, such as through a proxy, so it asks for the access token now. Set PUBLIC_URL to the address that people open',
  proxied:
    'the page is open, and TRUSTED_PROXIES says that a proxy stands before it. Set PUBLIC_URL to the address that people open',
};

/** Places of the access token, as the rest of a sentence. */
export const tokenIs = {
  given: 'in WEB_TOKEN',
  inFile: (path: string) => `in ${path}`,
  missing: 'not set yet: set WEB_TOKEN',
};

/** Lines in the log about how the page is open. @param token its place */
export const door = {
  loopback:
    'The page is open to people on this machine. It asks for WEB_TOKEN once it is reached from elsewhere',
  open: 'The page is open to everyone who reaches it, since WEB_OPEN is on',
  token: (token: string) => `The page asks for the access token, which is ${token}`,
  /** @param which the services */
  signIn: (which: string[]) => `The page asks people to sign in with ${which.join(' or ')}`,
  closed: (token: string) =>
    `The page is reached from elsewhere than this machine, so it asks for the access token, which is ${token}. If a proxy stands before Parley, set PUBLIC_URL to the address that people open. If the page may be open to everyone who reaches it, set WEB_OPEN=on; started so once, Parley forgets that the page was closed.`,
};
