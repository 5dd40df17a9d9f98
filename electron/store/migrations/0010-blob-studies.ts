import type { Migration } from '../migrate.ts'

/**
 * Which study brought bytes to the shelf: they are given to its members alone. Of what is there already, artefacts that
 * at least two members certified are their study's; contributions of a round that is open now come once more.
 */
export const blobStudies: Migration = {
  version: 10,
  title: 'blob studies',
  sql: `
    CREATE TABLE blob_studies (
      hash TEXT NOT NULL,
      study TEXT NOT NULL,
      PRIMARY KEY (hash, study)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO blob_studies (hash, study)
      SELECT blobs.hash, documents.study FROM documents
      JOIN blobs ON blobs.hash = json_extract(documents.body, '$.outcome.artefact')
      WHERE documents.kind = 'certificate' AND blobs.keep = 'always'
      GROUP BY blobs.hash, documents.study HAVING COUNT(DISTINCT documents.author) >= 2;
  `,
}
