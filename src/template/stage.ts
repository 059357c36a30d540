/** Part of names of queues, buckets and databases, so it may hold only what all of those take. */
export const STAGE = /^[a-z][a-z0-9]{0,19}$/;
