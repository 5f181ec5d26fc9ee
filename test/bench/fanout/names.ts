export const INSTALLATION = 'fan-out';
/** What every deployment wants to have; nothing is behind it. */
export const ROUTE = 'fan';
/** Task queue of the bench's own workflow. */
export const REMOVALS = 'removals';
