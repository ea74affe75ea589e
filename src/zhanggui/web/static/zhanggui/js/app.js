// Everything a page of the frame needs. Each part minds its own marks in the page and knows no other's.
import "./toast.js";
import "./forms.js";
import "./drafts.js";
import "./sending.js";
import "./ask.js";
import "./select.js";
import "./drawer.js";
import "./live.js";
import "./upload.js";
import "./keys.js";
