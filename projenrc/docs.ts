import * as fs from 'fs';
import * as path from 'path';
import { withMarkers } from './api';
import { renderPage, shopPicture } from './pages';

const pagesIn = (folder: string) => fs.readdirSync(folder).map(name => path.join(folder, name));

for (const page of ['README.md', 'docs/architecture.md', 'docs/migrate.md', 'docs/explain.md', 'docs/diff.md', 'docs/map.md', 'docs/languages.md', 'docs/start.md', 'docs/targets.md', 'docs/releases.md', ...pagesIn('docs/targets'), ...pagesIn('docs/constructs'), ...pagesIn('docs/delivery')]) {
  fs.writeFileSync(page, renderPage(fs.readFileSync(page, 'utf8')));
}
fs.writeFileSync('docs/shop.svg', shopPicture());
fs.writeFileSync('API.md', renderPage(withMarkers(fs.readFileSync('API.md', 'utf8'))));
