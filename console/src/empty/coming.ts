export interface Coming {
  /** What the page is for, in one line. */
  readonly what: string
  /** How to get its first item. */
  readonly how: string
  readonly command: string
}

/** Pages that have nothing to show yet; each goes when its capability arrives. */
export const coming: Readonly<Record<string, Coming>> = {
  workflows: {
    what: 'Steps that depend on each other: what runs, what waits, what holds the rest up.',
    how: 'Effects that sessions promised are on the overview today.',
    command: 'npx holdfast sessions --status open',
  },
  memory: {
    what: 'What agents remember across sessions, and why it was recalled.',
    how: 'What a user should keep goes into variables that begin with user: and lasts beyond the session.',
    command: 'npx holdfast set <session> user:language \'"en"\'',
  },
  profiles: {
    what: 'What is known of each user, with its evidence.',
    how: 'Bind a session to a user; its user: variables are the beginning of a profile.',
    command: 'npx holdfast sessions --user <user>',
  },
  agents: {
    what: 'Agents that are present, their mailboxes and votes.',
    how: 'An agent appears here once it writes under its own name; see who wrote in a history.',
    command: 'npx holdfast history <session>',
  },
  resources: {
    what: 'Locks, queues, and who waits for whom.',
    how: 'Nothing holds or waits for a resource. Writes that meet are settled by revisions.',
    command: 'npx holdfast doctor',
  },
  checkpoints: {
    what: 'Moments you named, to return to.',
    how: 'Every revision can be returned to: fork a session from any of them.',
    command: 'npx holdfast fork <session> <new-id> --at <revision>',
  },
  audit: {
    what: 'Who did what, in a chain that shows tampering.',
    how: 'The history of each session names the actor of every commit.',
    command: 'npx holdfast history <session> --json',
  },
  operations: {
    what: 'Backups, pruning and migrations, each with a preview.',
    how: 'Figures of this process are on the overview; the store is examined from the command line.',
    command: 'npx holdfast doctor',
  },
  access: {
    what: 'Keys, roles and policies.',
    how: 'On loopback no login is needed until credentials are configured.',
    command: 'npx holdfast serve --help',
  },
}
