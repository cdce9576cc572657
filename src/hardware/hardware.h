// What a graph can run on besides this machine's own instructions.
//
// In this folder: accelerator/ (reconfigurable accelerators, simulated cycle by cycle or in closed form).
// May include compiler and everything below it; no study, report or command.
#pragma once
