import { Command } from 'commander';
import { currentTool } from '../../runner/provenance.ts';
import { writeResult } from '../streams.ts';

/** `rollsim version` */
export function createCommand(): Command {
  return new Command('version').description('Print the version of rollsim and of Node.js').action(() => {
    const { name, version } = currentTool();
    writeResult(`${name} ${version}, Node.js ${process.versions.node}\n`);
  });
}
