// Package docx writes word-processing documents: Office Open XML
// (ISO/IEC 29500, transitional), as much of it as an official report needs.
// There are sections of a size and direction, paragraphs, tables whose heading
// rows are repeated on every page, page numbers as fields, and PNG pictures.
//
// The same Document always gives the same bytes: nothing of the clock, the
// machine or the user gets into a file. Text is escaped here; what a caller
// gives is shown as it is and never becomes markup.
//
// A Document must not be changed while it is written; otherwise all is safe for
// concurrent use.
package docx
