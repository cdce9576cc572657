// Which entry of the table of variables each variable gets: read from the nodes that would restore them.
//
// Names do not tell: two variables of a model may have one name, and then TensorFlow gives their entries other ones. The graph
// says it: an Assign of output i of RestoreV2, which reads entry tensor_names[i].
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model/format/tensorflow/proto.h"

namespace dlas::tensorflow {

// Node of a variable -> name of its entry. `restore` is the node that the saver names; when it calls a function, that
// function is looked at, and the graph itself in any case.
// Errors: of the wire format.
Result<std::map<std::string_view, std::string_view>> restored_variables(const GraphProto& graph,
                                                                        std::string_view restore);

// The entry that holds the table of all objects of a checkpoint.
inline constexpr std::string_view kObjects = "_CHECKPOINTABLE_OBJECT_GRAPH";

// Name of a variable -> its entries, by that table. Several variables may have one name.
// Errors: of the wire format.
Result<std::map<std::string_view, std::vector<std::string_view>>> named_variables(Message objects);

}  // namespace dlas::tensorflow
