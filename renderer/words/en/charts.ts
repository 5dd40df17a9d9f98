export const charts = {
  chart: 'Chart',
  table: 'Table',
  copy: 'Copy as table',
  csv: 'Save as CSV',
  png: 'Save as picture',
  svg: 'Save as drawing (SVG)',
} as const
