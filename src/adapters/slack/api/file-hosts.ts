/** Hosts of Slack's files: the only hosts that may receive a token. */

/**
 * Slack's own domains. A file's address redirects between files.slack.com, files-origin.slack.com,
 * slack-files.com and hosts of slack-edge.com; GovSlack uses hosts of slack-gov.com.
 */
const DOMAINS = ['slack.com', 'slack-files.com', 'slack-edge.com', 'slack-gov.com'];

/** @param apiUrl address of the Web API, whose host also counts as Slack's own */
export function createFileHosts(apiUrl: string): (hostname: string) => boolean {
  const own = new URL(apiUrl).hostname;
  return (hostname) =>
    hostname === own || DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}
