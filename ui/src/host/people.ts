// The commands of the mapping and of people, by the names that their screens have for them. The types
// are held together here: where a command and its screen part, this does not compile.
import type { commands } from "../bindings";
import type { MappingHost } from "../screens/mapping/host";
import type { PeopleHost } from "../screens/people/host";

type Commands = typeof commands;

/** Commands that only these screens ask for. */
export type PartCommand =
  | "mapping"
  | "mappingFields"
  | "readMappingFields"
  | "createMappingProperty"
  | "keepMappingDraft"
  | "discardMappingDraft"
  | "previewMappingDraft"
  | "applyMappingDraft"
  | "mappingVersions"
  | "draftMappingVersion"
  | "mappingPresets"
  | "draftMappingPreset"
  | "keepMappingPreset"
  | "forgetMappingPreset"
  | "draftMappingCopy"
  | "importMapping"
  | "exportMapping"
  | "sampleMappingRows"
  | "findRecords"
  | "tryMapping"
  | "writeOne"
  | "peopleCounts"
  | "peoplePage"
  | "person"
  | "readPerson"
  | "personBeside"
  | "readPersonBeside"
  | "personOf"
  | "searchSide"
  | "openBeside"
  | "openRecord"
  | "linkPeople"
  | "unlinkPerson"
  | "moveEntries"
  | "ignorePerson"
  | "refuseSuggestion"
  | "settleConflict"
  | "undoConflict"
  | "peopleSync"
  | "dryRunSync"
  | "changeSync"
  | "reconcilePeople"
  | "repairPeople";

export function mappingHost(asked: Pick<Commands, PartCommand>): MappingHost {
  return {
    mapping: asked.mapping,
    fields: asked.mappingFields,
    readFields: asked.readMappingFields,
    createProperty: asked.createMappingProperty,
    keepDraft: asked.keepMappingDraft,
    discardDraft: asked.discardMappingDraft,
    previewDraft: asked.previewMappingDraft,
    applyDraft: asked.applyMappingDraft,
    mappingVersions: asked.mappingVersions,
    draftVersion: asked.draftMappingVersion,
    mappingPresets: asked.mappingPresets,
    draftPreset: asked.draftMappingPreset,
    keepPreset: asked.keepMappingPreset,
    forgetPreset: asked.forgetMappingPreset,
    draftCopy: asked.draftMappingCopy,
    importMapping: asked.importMapping,
    exportMapping: asked.exportMapping,
    sampleRows: asked.sampleMappingRows,
    findRecords: asked.findRecords,
    tryMapping: asked.tryMapping,
    writeOne: asked.writeOne,
  };
}

export function peopleHost(asked: Pick<Commands, PartCommand>): PeopleHost {
  return {
    peopleCounts: asked.peopleCounts,
    peoplePage: asked.peoplePage,
    person: asked.person,
    readPerson: asked.readPerson,
    personBeside: asked.personBeside,
    readPersonBeside: asked.readPersonBeside,
    personOf: asked.personOf,
    searchSide: asked.searchSide,
    openBeside: asked.openBeside,
    openRecord: asked.openRecord,
    linkPeople: asked.linkPeople,
    unlinkPerson: asked.unlinkPerson,
    moveEntries: asked.moveEntries,
    ignorePerson: asked.ignorePerson,
    refuseSuggestion: asked.refuseSuggestion,
    settleConflict: asked.settleConflict,
    undoConflict: asked.undoConflict,
    peopleSync: asked.peopleSync,
    dryRunSync: asked.dryRunSync,
    changeSync: asked.changeSync,
    reconcile: asked.reconcilePeople,
    repair: asked.repairPeople,
  };
}
