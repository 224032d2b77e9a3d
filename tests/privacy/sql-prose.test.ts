/** Prose that begins with a verb of SQL, which is no statement for that. */
import { expect } from 'chai'
import { createFence } from '../../privacy/fence.ts'

const fence = createFence({ policy: { mode: 'enforce' } })

describe('a statement', () => {
  for (const prose of [
    'CALL Quillon Featherstone about grade F and SSN',
    'Show Quillon Featherstone the door',
    'update: Quillon Featherstone asked again',
    'select quillon featherstone isolde',
    'END of term for Quillon Featherstone tomorrow',
    'SELECT 1; please ask Quillon Featherstone',
  ]) {
    it(`is not what reads "${prose}"`, () => {
      for (const key of ['db.statement', 'db.query.text', 'db.query.summary'])
        expect(fence.attribute('span.attribute', key, prose), key).to.equal(undefined)
    })
  }

  for (const statement of [
    'SELECT o.id order_id FROM orders o LEFT OUTER JOIN lines l USING (order_id) ORDER BY o.id DESC NULLS LAST LIMIT ?',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON b USING gin (c jsonb_path_ops)',
    'CREATE TABLE t (at timestamp without time zone NOT NULL DEFAULT now(), n double precision, PRIMARY KEY (at))',
    'ALTER TABLE t ALTER COLUMN n TYPE character varying USING n::text',
    'START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY DEFERRABLE',
    'INSERT INTO t (a) VALUES ($1) ON CONFLICT ON CONSTRAINT t_a DO UPDATE SET a = excluded.a RETURNING a',
    'SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t',
    'GRANT SELECT ON ALL TABLES IN SCHEMA campus TO reader WITH GRANT OPTION',
    'SELECT a FROM t FOR UPDATE SKIP LOCKED',
    'SHOW FULL TABLES FROM campus',
    'SELECT users orders',
  ]) {
    it(`is kept as it is: ${statement}`, () => {
      expect(fence.attribute('span.attribute', 'db.query.text', statement)).to.equal(statement)
    })
  }
})
