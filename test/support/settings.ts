/**
 * PostgreSQL for tests: nothing survives a power cut, and many test processes fit on one server.
 */

export const FAST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  autovacuum: 'off',
} as const
