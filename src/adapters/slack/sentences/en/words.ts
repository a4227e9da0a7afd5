/** English words for what Slack has. */
export const words = {
  tenant: 'workspace',
  here: 'in this workspace',
  moderator: 'an admin',
  roles: {
    label: 'User groups',
    lacking: 'people of certain user groups here, and you are in none of them',
  },
};
