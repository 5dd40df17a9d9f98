import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

/** Svelte files only; every other file is oxlint's. */
export default [
  { ignores: ['**/*', '!**/', '!**/*.svelte', 'build/out/**', 'node_modules/**'] },
  ...svelte.configs['flat/recommended'],
  {
    files: ['**/*.svelte'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'max-lines': ['error', 250],
      complexity: ['error', 10],
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
]
