#!/usr/bin/env node
import { enter } from './entry.mjs'
import { main } from './place.mjs'

await main(() => enter('murmuration', 'electron/headless/main.ts'))
