/** English words for what Discord has. */
export const words = {
  tenant: 'server',
  here: 'on this server',
  moderator: 'a moderator',
  roles: { label: 'Roles', lacking: 'people with certain roles here, and you have none of them' },
};
